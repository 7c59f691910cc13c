<?php

declare(strict_types=1);

namespace Hookwright\Sending;

use Hookwright\Exception\HookwrightException;
use Hookwright\Internal\Clock;
use Hookwright\Lifecycle;

/**
 * What a worker that goes on for ever does beside sending: it removes what is past its retention.
 *
 * @internal
 */
final class Upkeep
{
    /** Between two removals. The first comes at the start. */
    private const EVERY_SECONDS = 3600.0;

    /** Deliveries in one step: short enough that sending does not wait for it. */
    private const STEP = 200;

    private float $next = 0.0;

    public function __construct(private readonly Lifecycle $lifecycle)
    {
    }

    /** One step, if there is something to do. */
    public function turn(): void
    {
        $now = Clock::seconds();
        if ($now < $this->next) {
            return;
        }
        $this->next = $now + self::EVERY_SECONDS;
        try {
            if ($this->lifecycle->purge(self::STEP)->more) {
                $this->next = $now;
            }
        } catch (HookwrightException) {
            // A database that is away is told by the run itself, and the next hour tries again.
        }
    }
}
