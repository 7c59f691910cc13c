<?php

declare(strict_types=1);

namespace Hookwright;

/** How much at once, and for how long. The defaults are those of the Rust host. */
final class DispatcherOptions
{
    /**
     * @param int         $concurrency      requests under way at once, over all receivers; at least 1
     * @param int         $longestTimeoutMs the longest time-out that a request may have; `request-timeout-ms` where that is more
     * @param int         $leaseMarginMs    what a lease has beyond that; `least-lease-margin-ms` where that is more
     * @param int         $pollMs           the longest pause between two claims
     * @param int         $batch            outcomes recorded in one transaction; at least 1
     * @param int         $claimBytes       payloads that one claim should not much exceed, by the largest seen lately
     * @param int         $settleGraceMs    how long recording is tried after the last request of a stop
     * @param int         $connectTimeoutMs for TCP and TLS of one connection. Its name is looked up before that, by the
     *                                      system, as long as that takes: the environment variable RES_OPTIONS limits it
     * @param string|null $caFile           certificates (PEM) to trust in the place of the system's
     * @param int|null    $giveUpAfterMs    how long claiming and recording may fail in `run` before it throws; null: for
     *                                      ever. For an application's connection, which nobody opens again
     */
    public function __construct(
        public readonly int $concurrency = 64,
        public readonly int $longestTimeoutMs = 30_000,
        public readonly int $leaseMarginMs = 60_000,
        public readonly int $pollMs = 1_000,
        public readonly int $batch = 256,
        public readonly int $claimBytes = 4_194_304,
        public readonly int $settleGraceMs = 10_000,
        public readonly int $connectTimeoutMs = 10_000,
        public readonly ?string $caFile = null,
        public readonly ?int $giveUpAfterMs = null,
    ) {
    }

    /** For how long a claimed request is kept from others, in milliseconds. */
    public function leaseMs(): int
    {
        return $this->longestTimeoutMs + $this->leaseMarginMs;
    }

    /**
     * With time for requests under these settings: the component refuses shorter leases.
     *
     * @internal
     * @param array<string, string> $config
     */
    public function under(array $config): self
    {
        return new self(...[
            ...get_object_vars($this),
            'longestTimeoutMs' => max($this->longestTimeoutMs, (int) ($config['request-timeout-ms'] ?? 0)),
            'leaseMarginMs' => max($this->leaseMarginMs, (int) ($config['least-lease-margin-ms'] ?? 0)),
        ]);
    }
}
