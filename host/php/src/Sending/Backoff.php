<?php

declare(strict_types=1);

namespace Hookwright\Sending;

/**
 * How long to wait before a claim or settle that has failed is tried again.
 *
 * @internal
 */
final class Backoff
{
    /**
     * @param int $failures those in a row before this one
     * @return float seconds
     */
    public static function after(int $failures): float
    {
        return min(5.0, 0.1 * 2 ** min($failures, 10));
    }
}
