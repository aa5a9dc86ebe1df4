"""What the shipped pose models get wrong on rendered people, measured, and put onto exact joints."""
