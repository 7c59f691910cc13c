<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Exception\NotAvailable;

/** Servers that gave no answer: for a while this request does not ask them again, since each time the page would wait. */
final class Unreachable
{
    private const SECONDS = 30.0;

    /** @var array<string, array{float, NotAvailable}> by endpoint: until when it is not asked again, and what it failed with */
    private array $servers = [];

    public function note(string $endpoint, NotAvailable $error): void
    {
        // It may be what `refuse` has thrown.
        if (($this->servers[$endpoint][1] ?? null) !== $error) {
            $this->servers[$endpoint] = [microtime(true) + self::SECONDS, $error];
        }
    }

    /** @throws NotAvailable what the server failed with, while it is not asked again */
    public function refuse(string $endpoint): void
    {
        [$until, $error] = $this->servers[$endpoint] ?? [0.0, null];
        if ($error !== null && microtime(true) < $until) {
            throw $error;
        }
    }
}
