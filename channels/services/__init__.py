"""Every write of delivery, and the reads that more than one face needs."""
