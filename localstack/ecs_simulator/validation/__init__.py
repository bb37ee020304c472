"""What ECS refuses at once, in its own words."""
