<?php

declare(strict_types=1);

namespace Hookwright;

use CurlHandle;
use CurlMultiHandle;
use Hookwright\Deliveries\Claimed;
use Hookwright\Deliveries\InFlight;
use Hookwright\Deliveries\Request;
use Hookwright\Deliveries\Settlement;
use Hookwright\Deliveries\State;
use Hookwright\Exception\HookwrightException;
use Hookwright\Sending\Backoff;
use Hookwright\Sending\Exchange;
use Hookwright\Sending\Resolver;
use Hookwright\Sending\Summary;
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

    private readonly CurlMultiHandle $multi;

    private readonly Resolver $resolver;

    /** @var array<int, array{CurlHandle, Exchange}> by the handle's object id */
    private array $sending = [];

    /** @var list<CurlHandle> */
    private array $idle = [];

    private readonly Unsettled $unsettled;

    private bool $stopping = false;

    private float $nextClaim = 0.0;

    private float $lastClaim = 0.0;

    private int $claimFailures = 0;

    private ?HookwrightException $claimFailure = null;

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
        $this->multi = curl_multi_init();
        $this->resolver = new Resolver($hookwright->guard, $lookUp);
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
        foreach ($this->sending as $id => [$handle, $exchange]) {
            curl_multi_remove_handle($this->multi, $handle);
            unset($this->sending[$id]);
            $this->unsettled->add($exchange->cutOff());
        }
    }

    /** Sends one claimed request, for example of `deliveries->test`, records what came of it and says so. */
    public function send(Request $request): Settlement
    {
        $this->begin($request);
        while ($this->sending !== []) {
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
            if ($isOnce && $this->claimFailures >= self::CLAIM_TRIES && $this->sending === [] && $this->unsettled->isEmpty()) {
                throw $this->claimFailure;
            }
            if ($this->stopping || ($isOnce && $this->unsettled->isRefused())) {
                $givenUpAt ??= $this->sending === [] ? microtime(true) + $this->options->settleGraceMs / 1000 : null;
                $isLate = $givenUpAt !== null && microtime(true) >= $givenUpAt;
                if ($this->sending === [] && ($isLate || ($this->stopping && $this->unsettled->isEmpty()))) {
                    break;
                }
            } elseif ($waitAtMostMs !== null && $this->hasRunDry($waitAtMostMs)) {
                $this->summary->nextDue = $this->quiet?->nextDue;
                $this->summary->stopped = $this->quiet?->stopped;
                break;
            }
            $this->drive($this->pause());
        }
        $this->summary->unsettled = $this->unsettled->count();
        $this->stopping = false;

        return $this->summary;
    }

    private function mayClaim(): bool
    {
        if ($this->stopping || $this->unsettled->isRefused() || $this->free() < 1) {
            return false;
        }
        $now = microtime(true);
        // A claim is a transaction: better one for many slots than one for each.
        $isWorthIt = $this->free() * 2 >= $this->options->concurrency || $now - $this->lastClaim >= 0.05;

        return $now >= $this->nextClaim && ($this->sending === [] || $isWorthIt);
    }

    private function free(): int
    {
        return max(1, $this->options->concurrency) - count($this->sending);
    }

    private function claim(): void
    {
        $expected = max(1, intdiv($this->options->claimBytes, max(1, $this->largestBody ?: 65_536)));
        $limit = min($this->free(), $expected);
        $wasAtRest = $this->sending === [] && $this->unsettled->isEmpty();
        $lease = $this->options->longestTimeoutMs + $this->options->leaseMarginMs;
        $this->quiet = null;
        $this->lastClaim = microtime(true);
        try {
            $claimed = $this->hookwright->deliveries->claim($limit, $lease, $this->busy());
        } catch (HookwrightException $error) {
            $pause = Backoff::after($this->claimFailures++);
            $this->nextClaim = microtime(true) + $pause;
            $this->claimFailure = $error;
            $this->complain('claim', $error, $pause);

            return;
        }
        $this->claimFailures = 0;
        $this->crowded = $claimed->oldestDue !== null;
        $now = microtime(true);
        $poll = $this->options->pollMs / 1000;
        $this->nextClaim = $now + match (true) {
            count($claimed->requests) >= $limit => 0.0,
            $claimed->nextDue !== null => min($poll, max(self::SHORTEST_PAUSE, $claimed->nextDue / 1000 - $now)),
            default => $poll,
        };
        foreach ($claimed->requests as $request) {
            // Forgets slowly, so that one large payload does not count for ever.
            $this->largestBody = max(strlen($request->body), intdiv($this->largestBody * 9, 10));
            $this->begin($request);
        }
        if ($wasAtRest && $claimed->requests === []) {
            $this->quiet = $claimed;
        }
    }

    /** @return list<InFlight> */
    private function busy(): array
    {
        $busy = [];
        foreach ($this->sending as [, $exchange]) {
            $busy[$exchange->request->webhookId] = ($busy[$exchange->request->webhookId] ?? 0) + 1;
        }

        return array_map(
            static fn (string $id, int $requests) => new InFlight($id, $requests),
            array_keys($busy),
            array_values($busy),
        );
    }

    private function begin(Request $request): void
    {
        $this->summary->attempts++;
        $exchange = new Exchange($request);
        $handle = array_pop($this->idle) ?? curl_init();
        $options = $this->options;
        if ($exchange->prepare($handle, $this->resolver, $options->longestTimeoutMs, $options->connectTimeoutMs, $options->caFile)) {
            $this->sending[spl_object_id($handle)] = [$handle, $exchange];
            curl_multi_add_handle($this->multi, $handle);
        } else {
            $this->unsettled->add($exchange->settled(null, 0));
        }
    }

    /** Lets curl work, and waits for it up to so many seconds. */
    private function drive(float $pause): void
    {
        curl_multi_exec($this->multi, $running);
        if ($this->collect() > 0) {
            return;
        }
        if ($this->sending === []) {
            usleep((int) ($pause * 1_000_000));

            return;
        }
        if (curl_multi_select($this->multi, $pause) === -1) {
            usleep(1_000);
        }
        curl_multi_exec($this->multi, $running);
        $this->collect();
    }

    private function collect(): int
    {
        $finished = 0;
        while (($told = curl_multi_info_read($this->multi)) !== false) {
            $id = spl_object_id($told['handle']);
            [$handle, $exchange] = $this->sending[$id];
            $this->unsettled->add($exchange->settled($handle, $told['result']));
            curl_multi_remove_handle($this->multi, $handle);
            unset($this->sending[$id]);
            curl_reset($handle);
            $this->idle[] = $handle;
            $finished++;
        }
        if ($finished > 0 && $this->crowded && $this->claimFailures === 0) {
            // A receiver with enough to do can take another one.
            $this->nextClaim = min($this->nextClaim, microtime(true));
        }

        return $finished;
    }

    private function settleIfRipe(): void
    {
        if ($this->unsettled->isRipe($this->sending === [] || $this->stopping)) {
            $this->settle();
        }
    }

    private function settle(): void
    {
        $offered = $this->unsettled->offer();
        try {
            $results = $this->hookwright->deliveries->settle($offered);
        } catch (HookwrightException $error) {
            $this->complain('settle', $error, $this->unsettled->refused($offered));

            return;
        }
        $this->unsettled->accepted($offered);
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
                $this->nextClaim = min($this->nextClaim, $result->dueAt / 1000);
            }
        }
    }

    private function hasRunDry(int $waitAtMostMs): bool
    {
        if ($this->sending !== [] || !$this->unsettled->isEmpty()) {
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
            : $this->quiet->nextDue - microtime(true) * 1000 > $waitAtMostMs;
    }

    /** Seconds until there is something to do again, unless curl is faster. */
    private function pause(): float
    {
        $now = microtime(true);
        $pause = 1.0;
        if (!$this->stopping && !$this->unsettled->isRefused() && $this->free() > 0) {
            $pause = min($pause, max($this->nextClaim - $now, $this->sending === [] ? 0.0 : 0.05 - ($now - $this->lastClaim)));
        }

        return max(0.0, min($pause, $this->unsettled->ripeIn($now) ?? $pause));
    }

    private function complain(string $step, HookwrightException $error, float $pause): void
    {
        error_log(sprintf('hookwright: %s failed, again in %.1f s: %s', $step, $pause, $error->getMessage()));
    }
}
