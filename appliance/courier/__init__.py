"""The process that speaks outward, where somebody has set that up."""
