<?php

declare(strict_types=1);

namespace Hookwright;

/** How a `hookwright serve` is called. Every field has a default. */
final class ServerOptions
{
    /**
     * @param int         $timeoutMs        for one call, with its answer
     * @param int         $connectTimeoutMs to reach the server
     * @param string|null $caFile           certificates (PEM) to trust in the place of the system's, for an https:// address
     */
    public function __construct(
        public readonly int $timeoutMs = 10_000,
        public readonly int $connectTimeoutMs = 2_000,
        public readonly ?string $caFile = null,
    ) {
    }
}
