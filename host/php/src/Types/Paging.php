<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Types;

/** Which part of a long list to return. */
final class Paging
{
    public function __construct(
        /** Number of the page, from 1. */
        public readonly int $page,
        /** Items on a page, 1 to 100. */
        public readonly int $perPage,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            page: $wire['page'],
            perPage: $wire['per-page'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'page' => $this->page,
            'per-page' => $this->perPage,
        ];
    }
}
