"""Have the heads of the activity log stamped by somebody outside the office."""
