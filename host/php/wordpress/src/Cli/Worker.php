<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Cli;

use Hookwright\Deliveries\State;
use Hookwright\Exception\HookwrightException;
use Hookwright\Sending\Signals;
use Hookwright\Sending\Summary;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Delivery;
use Hookwright\WordPress\Relocation;
use Hookwright\WordPress\Site;

/** Sends from the command line, until it is done, told to stop, or out of time. */
final class Worker
{
    /** How often it looks for events of processes that could not store them. */
    private const WAITING_SECONDS = 5.0;

    /**
     * @param int|null $concurrency requests under way at once
     * @param int|null $seconds     after which it ends
     */
    public function __construct(
        private readonly Site $site,
        private readonly ?int $concurrency = null,
        private readonly ?int $seconds = null,
    ) {
    }

    /** Sends what is due, or what becomes due, and says what came of it. */
    public function run(bool $goesOn): string
    {
        $end = $this->seconds === null ? INF : microtime(true) + $this->seconds;
        $signals = new Signals();
        $whole = new Summary();
        do {
            $hasMoved = Relocation::watch();
            $whole->add($this->runHere($goesOn, $hasMoved, static fn (): int => match (true) {
                $signals->seen() > 0 => $signals->seen(),
                default => microtime(true) >= $end ? 1 : 0,
            }));
        } while ($hasMoved() && $signals->seen() === 0 && microtime(true) < $end);

        return self::told($whole);
    }

    /**
     * As long as the site has its address.
     *
     * @param \Closure(): bool $hasMoved
     * @param \Closure(): int  $stops    how often it was told to stop
     */
    private function runHere(bool $goesOn, \Closure $hasMoved, \Closure $stops): Summary
    {
        $dispatcher = $this->site->hookwright()->dispatcher(Delivery::options($this->concurrency ?? 64));
        $lookAt = 0.0;
        $eachTurn = function () use ($dispatcher, $hasMoved, $stops, &$lookAt): void {
            if (microtime(true) >= $lookAt) {
                $lookAt = microtime(true) + self::WAITING_SECONDS;
                $this->publishWaiting();
            }
            if ($stops() > 1) {
                $dispatcher->stopNow();
            } elseif ($stops() > 0 || $hasMoved()) {
                $dispatcher->stop();
            }
        };

        return $goesOn ? $dispatcher->run($eachTurn) : $dispatcher->runOnce(0, $eachTurn);
    }

    /**
     * Sends one test event.
     *
     * @return array{bool, string} whether it was taken, and what the receiver answered
     */
    public function test(string $webhookId, ?string $topic): array
    {
        $hookwright = $this->site->hookwright();
        $options = Delivery::options();
        $request = $hookwright->deliveries->test(Scope::all(), $webhookId, $topic, null, $hookwright->leaseMs($options));
        $settlement = $hookwright->dispatcher($options)->send($request);
        $row = $hookwright->deliveries->get(Scope::all(), $settlement->deliveryId)->delivery;

        return $row->state === State::Delivered
            ? [true, "the receiver took {$row->topic}"]
            : [false, "the receiver did not take {$row->topic}: " . ($row->reason ?? $row->state->value)];
    }

    private function publishWaiting(): void
    {
        try {
            $this->site->publishWaiting();
        } catch (HookwrightException $error) {
            error_log("hookwright: {$error->getMessage()}");
        }
    }

    private static function told(Summary $summary): string
    {
        $line = "{$summary->attempts} requests: {$summary->delivered} delivered, {$summary->retrying} to be tried again,"
            . " {$summary->exhausted} given up";

        return $summary->stopped === null ? $line : "{$line}; sending is stopped: {$summary->stopped}";
    }
}
