"""Write and read the activity log's form: its entries, its heads, and the tree over them."""
