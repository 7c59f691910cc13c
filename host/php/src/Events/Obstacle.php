<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Events;

/** Why a webhook would not receive an event. */
final class Obstacle
{
    public function __construct(
        /**
         * What it is, for programs: `paused`, `disabled`, `account`, `topic`, `filter`, `plan`, `extension` or
         * `stopped`. Later versions may know more.
         */
        public readonly string $code,
        /** What it is and what would help, for a person. */
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
            code: $wire['code'],
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
            'code' => $this->code,
            'message' => $this->message,
        ];
    }
}
