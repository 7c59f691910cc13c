"""Why a hook does not do its work, in the two kinds that a plugin says itself. Any other exception is its failure."""


class InvalidInput(Exception):
    """The input cannot be worked with. The message is for the site owner: it names the field and what to do next."""


class Refused(Exception):
    """The event must not be sent, whatever the plugin's failure policy. No failure of the plugin."""
