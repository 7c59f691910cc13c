<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Cli;

use Hookwright\Deliveries\State;
use Hookwright\DispatcherOptions;
use Hookwright\Exception\HookwrightException;
use Hookwright\Sending\Signals;
use Hookwright\Sending\Summary;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Delivery;
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
        $options = new DispatcherOptions(concurrency: $this->concurrency ?? 64, caFile: Delivery::certificates());
        $dispatcher = $this->site->hookwright()->dispatcher($options);
        $end = $this->seconds === null ? INF : microtime(true) + $this->seconds;
        $signals = new Signals();
        $lookAt = 0.0;
        $eachTurn = function () use ($dispatcher, $signals, $end, &$lookAt): void {
            if (microtime(true) >= $lookAt) {
                $lookAt = microtime(true) + self::WAITING_SECONDS;
                $this->publishWaiting();
            }
            if ($signals->seen() > 1) {
                $dispatcher->stopNow();
            } elseif ($signals->seen() > 0 || microtime(true) >= $end) {
                $dispatcher->stop();
            }
        };

        return self::told($goesOn ? $dispatcher->run($eachTurn) : $dispatcher->runOnce(0, $eachTurn));
    }

    /**
     * Sends one test event.
     *
     * @return array{bool, string} whether it was taken, and what the receiver answered
     */
    public function test(string $webhookId, ?string $topic): array
    {
        $hookwright = $this->site->hookwright();
        $options = new DispatcherOptions(caFile: Delivery::certificates());
        $lease = $options->longestTimeoutMs + $options->leaseMarginMs;
        $request = $hookwright->deliveries->test(Scope::all(), $webhookId, $topic, null, $lease);
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
