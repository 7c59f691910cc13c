<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;
use Hookwright\Internal\Errors;
use Hookwright\Internal\Wire;

/** The webhooks: who wants which events, and where. */
final class Registry
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Add a webhook. Fails with `invalid`.
     *
     * @throws Exception\HookwrightException
     */
    public function create(\Hookwright\Registry\NewWebhook $webhook): \Hookwright\Registry\Created
    {
        $answer = $this->core->call('registry.create', [$webhook->toWire()]);

        return \Hookwright\Registry\Created::fromWire($answer);
    }

    /**
     * One webhook. Fails with `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function get(\Hookwright\Types\Scope $scope, string $id): \Hookwright\Registry\Webhook
    {
        $answer = $this->core->call('registry.get', [$scope->toWire(), $id]);

        return \Hookwright\Registry\Webhook::fromWire($answer);
    }

    /**
     * List webhooks. Fails with `invalid` on bad paging.
     *
     * @throws Exception\HookwrightException
     */
    public function find(\Hookwright\Registry\Query $query): \Hookwright\Registry\Page
    {
        $answer = $this->core->call('registry.find', [$query->toWire()]);

        return \Hookwright\Registry\Page::fromWire($answer);
    }

    /**
     * Change a webhook. Pausing holds its pending deliveries.
     * Fails with `invalid`, `not-found`, `conflict` (stale revision).
     *
     * @throws Exception\HookwrightException
     */
    public function update(\Hookwright\Types\Scope $scope, string $id, \Hookwright\Registry\WebhookChanges $changes): \Hookwright\Registry\Webhook
    {
        $answer = $this->core->call('registry.update', [$scope->toWire(), $id, $changes->toWire()]);

        return \Hookwright\Registry\Webhook::fromWire($answer);
    }

    /**
     * Give webhooks a status, 100 at most; one result and one transaction for each, as with `update`.
     *
     * @param list<string> $ids
     * @return list<\Hookwright\Registry\Webhook|\Hookwright\Exception\HookwrightException>
     * @throws Exception\HookwrightException
     */
    public function setStatus(\Hookwright\Types\Scope $scope, array $ids, \Hookwright\Registry\Status $status): array
    {
        $answer = $this->core->call('registry.set-status', [$scope->toWire(), array_values($ids), $status->value]);

        return array_map(static fn ($item) => Wire::either($item, static fn ($it) => \Hookwright\Registry\Webhook::fromWire($it), static fn ($it) => Errors::declared($it)), array_values($answer));
    }

    /**
     * Replace the secret. The former one signs beside it for `overlap`, 7 days at most. Ten former secrets at most, the
     * oldest end first. A dialect with room for one signature (github, shopify, woocommerce) takes no `overlap` but 0.
     * Fails with `invalid`, also for an `overlap` that there is no room for; `not-found`; `conflict` when it is changed
     * at the same time.
     *
     * @throws Exception\HookwrightException
     */
    public function rotateSecret(\Hookwright\Types\Scope $scope, string $id, #[\SensitiveParameter] ?string $secret, int $overlap): \Hookwright\Registry\Created
    {
        $answer = $this->core->call('registry.rotate-secret', [$scope->toWire(), $id, $secret, $overlap]);

        return \Hookwright\Registry\Created::fromWire($answer);
    }

    /**
     * Delete webhooks, 100 at most; their unfinished deliveries are cancelled. One result for each id, and a transaction
     * for each: when the call as a whole fails with `storage`, earlier ids may be deleted.
     *
     * @param list<string> $ids
     * @return list<null|\Hookwright\Exception\HookwrightException>
     * @throws Exception\HookwrightException
     */
    public function delete(\Hookwright\Types\Scope $scope, array $ids): array
    {
        $answer = $this->core->call('registry.delete', [$scope->toWire(), array_values($ids)]);

        return array_map(static fn ($item) => Wire::either($item, static fn () => null, static fn ($it) => Errors::declared($it)), array_values($answer));
    }
}
