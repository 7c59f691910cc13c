<?php

declare(strict_types=1);

namespace Hookwright\Sending;

/** What a run of the dispatcher came to, in numbers. */
final class Summary
{
    /** Requests that were begun. */
    public int $attempts = 0;

    /** Deliveries that a receiver took. */
    public int $delivered = 0;

    /** Outcomes after which another attempt waits. */
    public int $retrying = 0;

    /** Deliveries that were given up. */
    public int $exhausted = 0;

    /** Outcomes of deliveries that were cancelled meanwhile. */
    public int $cancelled = 0;

    /** Outcomes that were refused because the claim was lost. */
    public int $lost = 0;

    /** Outcomes that could not be recorded before the end; their leases end by themselves. */
    public int $unsettled = 0;

    /** When the next delivery is due, in unix milliseconds, when the run ended by itself. */
    public ?int $nextDue = null;

    /** Why the installation is stopped, when the run ended by that. */
    public ?string $stopped = null;

    /** Counts what the next run came to as well; how it ended counts. */
    public function add(self $next): void
    {
        foreach (['attempts', 'delivered', 'retrying', 'exhausted', 'cancelled', 'lost', 'unsettled'] as $count) {
            $this->{$count} += $next->{$count};
        }
        [$this->nextDue, $this->stopped] = [$next->nextDue, $next->stopped];
    }
}
