<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

use Hookwright\Catalogue\NewTopic;

/** A plugin that has webhooks of its own, which can be taken over. */
interface Origin
{
    /** As it is written on the command line: `woocommerce`. */
    public function name(): string;

    /** For people. */
    public function title(): string;

    /** Whether its table is there, and the current site's business; be the plugin active or not. */
    public function isThere(): bool;

    /** What a user must be able to, besides managing webhooks, to see and stop them. */
    public function capability(): string;

    /**
     * All of its webhooks, the oldest first.
     *
     * @return list<Original>
     */
    public function originals(): array;

    /**
     * Topics of these webhooks that are not built in.
     *
     * @return list<NewTopic>
     */
    public function topics(): array;

    /** Makes it send no more. */
    public function stop(Original $original): void;
}
