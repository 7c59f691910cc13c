<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Policy;

/** An answer of the receiver, as far as the policy looks at it. */
final class Response
{
    public function __construct(
        /** HTTP status code, 100 to 999. */
        public readonly int $status,
        /**
         * The value of the header `Retry-After`: seconds, or an HTTP date.
         *
         * @var string|null
         */
        public readonly ?string $retryAfter = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            status: $wire['status'],
            retryAfter: $wire['retry-after'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'status' => $this->status,
            'retry-after' => $this->retryAfter,
        ];
    }
}
