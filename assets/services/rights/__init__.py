"""Rights at work: verdicts on files that are there, what ends when, who is told, what is taken back."""
