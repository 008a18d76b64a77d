"""What holds for all tests.

How fast a loaded machine makes examples is not what they are about. In a shell's background job Ctrl-C is ignored, and
children inherit that; tests stop children with it.
"""

import signal

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
