<?php

declare(strict_types=1);

namespace Hookwright\Internal;

/**
 * Seconds that only go forward, for pauses and durations: somebody may set the clock of the machine.
 *
 * @internal
 */
final class Clock
{
    public static function seconds(): float
    {
        return hrtime(true) / 1e9;
    }
}
