"""The DAM: files, versions, renditions and rights; knows nothing of products."""
