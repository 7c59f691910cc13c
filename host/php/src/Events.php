<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;
use Hookwright\Internal\Errors;
use Hookwright\Internal\Wire;

/** What happened, told by the platform. */
final class Events
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Store events with their payloads and deliveries, durably when this returns, or with the application's commit.
     * One result for each event: a bad one does not spoil the others. 1,000 events at most.
     * An event fails with `invalid`, `conflict` (idempotency key of another event), `forbidden` (the account's daily
     * limit is used up), `extension`.
     *
     * @param list<\Hookwright\Events\Event> $events
     * @return list<\Hookwright\Events\Receipt|\Hookwright\Exception\HookwrightException>
     * @throws Exception\HookwrightException
     */
    public function publish(array $events): array
    {
        $answer = $this->core->call('events.publish', [array_map(static fn ($item) => $item->toWire(), array_values($events))]);

        return array_map(static fn ($item) => Wire::either($item, static fn ($it) => \Hookwright\Events\Receipt::fromWire($it), static fn ($it) => Errors::declared($it)), array_values($answer));
    }

    /**
     * Say what would become of an event, and why. Stores nothing; extensions are asked as by `publish`, under an id of
     * its own. Fails with `invalid` for a bad scope or page; what is wrong with the event is in the answer.
     *
     * @throws Exception\HookwrightException
     */
    public function explain(\Hookwright\Events\Event $event, \Hookwright\Types\Scope $scope, \Hookwright\Types\Paging $paging): \Hookwright\Events\Forecast
    {
        $answer = $this->core->call('events.explain', [$event->toWire(), $scope->toWire(), $paging->toWire()]);

        return \Hookwright\Events\Forecast::fromWire($answer);
    }
}
