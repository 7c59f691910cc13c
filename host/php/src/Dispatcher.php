<?php

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Deliveries\Claimed;
use Hookwright\Deliveries\Request;
use Hookwright\Deliveries\Settlement;
use Hookwright\Deliveries\State;
use Hookwright\Exception\CoreFailed;
use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\NotAvailable;
use Hookwright\Exception\StorageFailed;
use Hookwright\Internal\Clock;
use Hookwright\Sending\Backoff;
use Hookwright\Sending\Exchange;
use Hookwright\Sending\Resolver;
use Hookwright\Sending\Summary;
use Hookwright\Sending\Transfers;
use Hookwright\Sending\Unsettled;

/**
 * The loop: claim, send, settle.
 *
 * A claim or settle that fails is tried again after a pause. Nothing is claimed while outcomes cannot be recorded, or
 * their leases would end here and they would be sent twice.
 */
final class Dispatcher
{
    /** The shortest pause after a claim that found nothing. */
    private const SHORTEST_PAUSE = 0.02;

    /** Claims that may fail in a row before a single run gives up. */
    private const CLAIM_TRIES = 3;

    /** Seconds in which curl should have had a turn. */
    private const NOTICEABLE = 0.01;

    /** Kinds of `CoreFailed` that say nothing of what was asked. */
    private const PASSING = ['busy', 'closed', 'forked', 'import', 'timeout', 'too-deep'];

    private readonly Transfers $transfers;

    private readonly Unsettled $unsettled;

    private bool $stopping = false;

    private float $nextClaim = 0.0;

    private float $lastClaim = 0.0;

    private int $claimFailures = 0;

    /** Since when neither a claim nor a settle has passed; and the last reason. */
    private ?float $failingSince = null;

    private ?HookwrightException $failure = null;

    /** Outcomes that can never be recorded. */
    private int $dropped = 0;

    private bool $crowded = false;

    private int $largestBody = 0;

    private ?Claimed $quiet = null;

    private Summary $summary;

    /**
     * @internal Use `Hookwright::dispatcher()`.
     * @param (\Closure(string): list<string>)|null $lookUp addresses of a name; default: the system's resolver
     */
    public function __construct(
        private readonly Hookwright $hookwright,
        private readonly DispatcherOptions $options,
        ?\Closure $lookUp = null,
    ) {
        $this->transfers = new Transfers($options, new Resolver($hookwright->guard, $lookUp));
        $this->unsettled = new Unsettled(max(1, $options->batch));
        $this->summary = new Summary();
    }

    /**
     * Sends what is due, and returns when nothing is left, or what is left is due later than `$waitAtMostMs` from now.
     *
     * @param (callable(): void)|null $eachTurn as in `run`
     *
     * @throws HookwrightException when claiming fails again and again
     */
    public function runOnce(int $waitAtMostMs = 0, ?callable $eachTurn = null): Summary
    {
        return $this->loop($waitAtMostMs, $eachTurn);
    }

    /**
     * Sends what becomes due until `stop()` is called.
     *
     * @param (callable(): void)|null $eachTurn called at least every second, for example to look whether to stop
     *
     * @throws HookwrightException when nothing could be claimed or recorded for `DispatcherOptions::$giveUpAfterMs`
     */
    public function run(?callable $eachTurn = null): Summary
    {
        return $this->loop(null, $eachTurn);
    }

    /** Claim no more, and return when the requests under way are recorded. */
    public function stop(): void
    {
        $this->stopping = true;
    }

    /** As `stop`, and cut off what is under way; it is recorded as failed, because it may have arrived. */
    public function stopNow(): void
    {
        $this->stopping = true;
        array_map($this->unsettled->add(...), $this->transfers->cutOff());
    }

    /** Sends one claimed request, for example of `deliveries->test`, records what came of it and says so. */
    public function send(Request $request): Settlement
    {
        $this->begin($request);
        while (!$this->transfers->isEmpty()) {
            $this->drive(1.0);
        }
        $settlement = $this->unsettled->last();
        $this->settle();

        return $settlement;
    }

    private function loop(?int $waitAtMostMs, ?callable $eachTurn): Summary
    {
        $this->summary = new Summary();
        [$this->nextClaim, $this->quiet] = [0.0, null];
        [$this->failingSince, $this->dropped] = [null, 0];
        $givenUpAt = null;
        while (true) {
            if ($eachTurn !== null) {
                $eachTurn();
            }
            // Before the claim, which then leaves alone whom an outcome has slowed down or disabled.
            $this->settleIfRipe();
            if ($this->mayClaim()) {
                $this->claim();
            }
            $isOnce = $waitAtMostMs !== null;
            if ($this->transfers->isEmpty() && $this->isHopeless($isOnce)) {
                throw $this->failure;
            }
            if ($this->stopping || ($isOnce && $this->unsettled->isRefused())) {
                $givenUpAt ??= $this->transfers->isEmpty() ? Clock::seconds() + $this->options->settleGraceMs / 1000 : null;
                $isLate = $givenUpAt !== null && Clock::seconds() >= $givenUpAt;
                if ($this->transfers->isEmpty() && ($isLate || ($this->stopping && $this->unsettled->isEmpty()))) {
                    break;
                }
            } elseif ($waitAtMostMs !== null && $this->hasRunDry($waitAtMostMs)) {
                $this->summary->nextDue = $this->quiet?->nextDue;
                $this->summary->stopped = $this->quiet?->stopped;
                break;
            }
            $this->drive($this->pause());
        }
        $this->summary->unsettled = $this->dropped + $this->unsettled->count();
        $this->stopping = false;

        return $this->summary;
    }

    private function isHopeless(bool $isOnce): bool
    {
        if ($isOnce) {
            return $this->claimFailures >= self::CLAIM_TRIES && $this->unsettled->isEmpty();
        }
        $patience = $this->options->giveUpAfterMs;

        return $patience !== null && $this->failingSince !== null && (Clock::seconds() - $this->failingSince) * 1000 >= $patience;
    }

    private function mayClaim(): bool
    {
        if ($this->stopping || $this->unsettled->isRefused() || $this->free() < 1) {
            return false;
        }
        $now = Clock::seconds();
        // A claim is a transaction: better one for many slots than one for each.
        $isWorthIt = $this->free() * 2 >= $this->options->concurrency || $now - $this->lastClaim >= 0.05;

        return $now >= $this->nextClaim && ($this->transfers->isEmpty() || $isWorthIt);
    }

    private function free(): int
    {
        return max(1, $this->options->concurrency) - $this->transfers->count();
    }

    private function claim(): void
    {
        $expected = max(1, intdiv($this->options->claimBytes, max(1, $this->largestBody ?: 65_536)));
        $limit = min($this->free(), $expected);
        $wasAtRest = $this->transfers->isEmpty() && $this->unsettled->isEmpty();
        $this->quiet = null;
        $this->lastClaim = Clock::seconds();
        try {
            $claimed = $this->hookwright->deliveries->claim($limit, $this->options->leaseMs(), $this->transfers->busy());
        } catch (HookwrightException $error) {
            $pause = Backoff::after($this->claimFailures++);
            $this->nextClaim = Clock::seconds() + $pause;
            $this->complain('claim', $error, $pause);

            return;
        }
        [$this->claimFailures, $this->failingSince] = [0, null];
        $this->crowded = $claimed->oldestDue !== null;
        $now = Clock::seconds();
        $poll = $this->options->pollMs / 1000;
        $this->nextClaim = $now + match (true) {
            count($claimed->requests) >= $limit => 0.0,
            $claimed->nextDue !== null => min($poll, max(self::SHORTEST_PAUSE, self::until($claimed->nextDue))),
            default => $poll,
        };
        foreach ($claimed->requests as $request) {
            // Forgets slowly, so that one large payload does not count for ever.
            $this->largestBody = max(strlen($request->body), intdiv($this->largestBody * 9, 10));
            $before = Clock::seconds();
            // What begins later could outlive its lease, and would be sent twice.
            if (($before - $now) * 2_000 > $this->options->leaseMarginMs) {
                $this->unsettled->add((new Exchange($request))->released());
                continue;
            }
            $this->begin($request);
            // Only where the name server is slow.
            if (Clock::seconds() - $before > self::NOTICEABLE) {
                $this->transfers->turn();
            }
        }
        if ($wasAtRest && $claimed->requests === []) {
            $this->quiet = $claimed;
        }
    }

    private function begin(Request $request): void
    {
        $this->summary->attempts++;
        $settlement = $this->transfers->begin($request);
        if ($settlement !== null) {
            $this->unsettled->add($settlement);
        }
    }

    /** Lets curl work, and waits for it up to so many seconds. */
    private function drive(float $pause): void
    {
        $finished = $this->transfers->drive($pause);
        array_map($this->unsettled->add(...), $finished);
        if ($finished !== [] && $this->crowded && $this->claimFailures === 0) {
            // A receiver with enough to do can take another one.
            $this->nextClaim = min($this->nextClaim, Clock::seconds());
        }
    }

    private function settleIfRipe(): void
    {
        if ($this->unsettled->isRipe($this->transfers->isEmpty() || $this->stopping)) {
            $this->settle();
        }
    }

    private function settle(): void
    {
        $offered = $this->unsettled->offer();
        try {
            $results = $this->hookwright->deliveries->settle($offered);
        } catch (HookwrightException $error) {
            if (count($offered) === 1 && self::isForGood($error)) {
                $this->unsettled->accepted($offered);
                $this->dropped++;
                error_log("hookwright: an outcome of {$offered[0]->deliveryId} cannot be recorded, so that its lease will end"
                    . " and it is sent again: {$error->getMessage()}");
            } else {
                $this->complain('settle', $error, $this->unsettled->refused($offered));
            }

            return;
        }
        $this->unsettled->accepted($offered);
        $this->failingSince = null;
        foreach ($results as $result) {
            if ($result instanceof HookwrightException) {
                $this->summary->lost++;
                continue;
            }
            match ($result->state) {
                State::Delivered => $this->summary->delivered++,
                State::Exhausted => $this->summary->exhausted++,
                State::Cancelled => $this->summary->cancelled++,
                default => $this->summary->retrying++,
            };
            if ($result->dueAt !== null && $this->claimFailures === 0) {
                $this->nextClaim = min($this->nextClaim, Clock::seconds() + self::until($result->dueAt));
            }
        }
    }

    private function hasRunDry(int $waitAtMostMs): bool
    {
        if (!$this->transfers->isEmpty() || !$this->unsettled->isEmpty()) {
            return false;
        }
        if ($this->quiet === null) {
            // Only a claim can tell that nothing is left, so it need not wait for the poll.
            $this->nextClaim = $this->claimFailures === 0 ? 0.0 : $this->nextClaim;

            return false;
        }
        if ($this->quiet->stopped !== null) {
            return true;
        }

        return $this->quiet->nextDue === null
            ? $this->quiet->oldestDue === null
            : self::until($this->quiet->nextDue) * 1000 > $waitAtMostMs;
    }

    /** Seconds until a moment in unix milliseconds. */
    private static function until(int $moment): float
    {
        return $moment / 1000 - microtime(true);
    }

    /** Whether the component would say the same of the same outcome again. */
    private static function isForGood(HookwrightException $error): bool
    {
        return !$error instanceof StorageFailed && !$error instanceof NotAvailable
            && !($error instanceof CoreFailed && in_array($error->kind, self::PASSING, true));
    }

    /** Seconds until there is something to do again, unless curl is faster. */
    private function pause(): float
    {
        $now = Clock::seconds();
        $pause = 1.0;
        if (!$this->stopping && !$this->unsettled->isRefused() && $this->free() > 0) {
            $pause = min($pause, max($this->nextClaim - $now, $this->transfers->isEmpty() ? 0.0 : 0.05 - ($now - $this->lastClaim)));
        }

        return max(0.0, min($pause, $this->unsettled->ripeIn($now) ?? $pause));
    }

    private function complain(string $step, HookwrightException $error, float $pause): void
    {
        $this->failingSince ??= Clock::seconds();
        $this->failure = $error;
        error_log(sprintf('hookwright: %s failed, again in %.1f s: %s', $step, $pause, $error->getMessage()));
    }
}
