"""Which deployment a command is for, and the options that say so."""
