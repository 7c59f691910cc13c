<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Guard;

/** Something may not be called. */
final class Blocked
{
    public function __construct(
        /**
         * What it is, for programs: `metadata`, `unspecified`, `loopback`, `private`, `link-local`, `site-local`,
         * `shared`, `multicast`, `broadcast`, `documentation`, `benchmarking`, `protocol`, `translated`, `reserved`,
         * `private-name` or `port`. Later versions may know more.
         */
        public readonly string $reason,
        /** What it is and how the operator can allow it, for a person. */
        public readonly string $message,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            reason: $wire['reason'],
            message: $wire['message'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'reason' => $this->reason,
            'message' => $this->message,
        ];
    }
}
