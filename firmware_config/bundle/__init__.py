"""What goes onto a card for one box: signed, bounded, and either whole or refused."""
