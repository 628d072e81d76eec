"""Files leave in a ZIP: asked for once, fetched once, each file judged at the moment at which its turn comes."""
