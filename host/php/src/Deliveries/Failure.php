<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** A request that got no answer. */
final class Failure
{
    public function __construct(
        /** The class of the failure, by which the policy judges. */
        public readonly \Hookwright\Deliveries\FailureKind $kind,
        /** The client's words. */
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
            kind: \Hookwright\Deliveries\FailureKind::from($wire['kind']),
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
            'kind' => $this->kind->value,
            'message' => $this->message,
        ];
    }
}
