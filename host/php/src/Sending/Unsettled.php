<?php

declare(strict_types=1);

namespace Hookwright\Sending;

use Hookwright\Deliveries\Response;
use Hookwright\Deliveries\Settlement;
use Hookwright\Internal\Clock;

/**
 * Outcomes that are not recorded yet: which of them are offered together, and when.
 *
 * @internal
 */
final class Unsettled
{
    /** Response bodies are up to 64 KiB each; the component's memory is limited. */
    private const SETTLE_BYTES = 4_194_304;

    /** How long an outcome may wait for others to be recorded with, in seconds. */
    private const SETTLE_WITHIN = 0.005;

    /** @var list<Settlement> */
    private array $waiting = [];

    private float $since = 0.0;

    private int $batch;

    private int $failures = 0;

    private float $notBefore = 0.0;

    public function __construct(private readonly int $largestBatch)
    {
        $this->batch = $largestBatch;
    }

    public function add(Settlement $settlement): void
    {
        if ($this->waiting === []) {
            $this->since = Clock::seconds();
        }
        $this->waiting[] = $settlement;
    }

    public function count(): int
    {
        return count($this->waiting);
    }

    public function isEmpty(): bool
    {
        return $this->waiting === [];
    }

    /** Whether the last offer was refused. */
    public function isRefused(): bool
    {
        return $this->failures > 0;
    }

    /** Whether to offer now; `$isHurried`: there is nothing to wait for. */
    public function isRipe(bool $isHurried): bool
    {
        $now = Clock::seconds();
        $isRipe = $isHurried || count($this->waiting) >= $this->batch || $now - $this->since >= self::SETTLE_WITHIN;

        return $this->waiting !== [] && $isRipe && $now >= $this->notBefore;
    }

    /** Seconds until an offer is ripe by itself; none when there is nothing to offer. */
    public function ripeIn(float $now): ?float
    {
        return $this->waiting === [] ? null : max($this->notBefore - $now, $this->since + self::SETTLE_WITHIN - $now);
    }

    /** The one that was added last. */
    public function last(): Settlement
    {
        return $this->waiting[array_key_last($this->waiting)];
    }

    /** @return list<Settlement> those to record together */
    public function offer(): array
    {
        $bytes = 0;
        $offered = [];
        foreach ($this->waiting as $settlement) {
            if (count($offered) >= $this->batch || $bytes >= self::SETTLE_BYTES) {
                break;
            }
            $answer = $settlement->outcome->value;
            $bytes += $answer instanceof Response ? strlen($answer->body) + 16_384 : 1_024;
            $offered[] = $settlement;
        }

        return $offered;
    }

    /** @param list<Settlement> $offered what `offer` gave; it is recorded */
    public function accepted(array $offered): void
    {
        $this->waiting = array_slice($this->waiting, count($offered));
        $this->batch = min($this->batch * 2, $this->largestBatch);
        $this->failures = 0;
    }

    /**
     * To the back, and half as many the next time: one outcome that cannot be taken must not hold up the others.
     *
     * @param list<Settlement> $offered what `offer` gave; it could not be recorded
     * @return float seconds until the next offer
     */
    public function refused(array $offered): float
    {
        $this->waiting = [...array_slice($this->waiting, count($offered)), ...$offered];
        $this->batch = max(1, intdiv(count($offered), 2));
        $pause = Backoff::after($this->failures++);
        $this->notBefore = Clock::seconds() + $pause;

        return $pause;
    }
}
