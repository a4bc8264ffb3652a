"""The mathematics of designed studies: which points are tried, and what is read from them."""
