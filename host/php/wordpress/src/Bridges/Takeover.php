<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/** What became of one webhook of another plugin. */
final class Takeover
{
    /**
     * @param string|null $webhookId `wh_…` of the copy
     * @param string|null $newSecret the copy's, where it could not have the original's; it is shown this once
     * @param string|null $message   what a person should know
     */
    public function __construct(
        public readonly Original $original,
        public readonly TakeoverState $state,
        public readonly ?string $webhookId = null,
        #[\SensitiveParameter]
        public readonly ?string $newSecret = null,
        public readonly ?string $message = null,
    ) {
    }
}
