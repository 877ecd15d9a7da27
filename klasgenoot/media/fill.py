"""Has an encoder spend what it is asked to spend. Pure.

In pictures that hardly change, x264 spends less than its bitrate and never makes up for it
(at a constant bitrate it has no memory of that): of 280 kbit/s about 230 in the drawn
classroom. Asked for more meanwhile, it spends 260, in pictures no larger than before.
"""

_SLOW, _QUICK = 0.02, 0.2  # of each picture: what was spent in about two seconds, and just now
_STEP = 0.1
_MOST = 1.8
_ENOUGH = 1.1  # of what was to be spent: the scene moves, and the encoder follows by itself
_FINE = 6.0  # a quantizer: finer is no sharper, and the next movement begins with a larger picture


class Fill:
    """Tell it what each picture took; gives how many times the wanted rate to ask for."""

    def __init__(self) -> None:
        self.times = 1.0
        self._spent = self._lately = 1.0

    def took(self, share: float, quantizer: float) -> None:
        """The picture just made took `share` of what there was for it (1: all)."""
        self._spent += _SLOW * (share - self._spent)
        self._lately += _QUICK * (share - self._lately)
        if self._lately > _ENOUGH or quantizer < _FINE:
            self.times = 1.0
        else:
            self.times = min(max(self.times + _STEP * (1 - self._spent), 1.0), _MOST)
