<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;
use Hookwright\Internal\Errors;
use Hookwright\Internal\Wire;

/** Deliveries and their attempts: what to send, what came of it. */
final class Deliveries
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Lease due deliveries, fairly over the webhooks, and give back those whose lease has ended.
     * `limit` is the number of free send slots. `lease` is longer than the time-out by 60 s or more, else `invalid`.
     * `busy` lists the requests in flight, so that no receiver gets more than the configured number at once.
     *
     * @param list<\Hookwright\Deliveries\InFlight> $busy
     * @throws Exception\HookwrightException
     */
    public function claim(int $limit, int $lease, array $busy): \Hookwright\Deliveries\Claimed
    {
        $answer = $this->core->call('deliveries.claim', [$limit, $lease, array_map(static fn ($item) => $item->toWire(), array_values($busy))]);

        return \Hookwright\Deliveries\Claimed::fromWire($answer);
    }

    /**
     * Record outcomes and decide what is next. One result for each: `conflict` when the claim was lost, for
     * example because the lease had ended; then nothing of that outcome is stored.
     *
     * @param list<\Hookwright\Deliveries\Settlement> $settlements
     * @return list<\Hookwright\Deliveries\Decision|\Hookwright\Exception\HookwrightException>
     * @throws Exception\HookwrightException
     */
    public function settle(array $settlements): array
    {
        $answer = $this->core->call('deliveries.settle', [array_map(static fn ($item) => $item->toWire(), array_values($settlements))]);

        return array_map(static fn ($item) => Wire::either($item, static fn ($it) => \Hookwright\Deliveries\Decision::fromWire($it), static fn ($it) => Errors::declared($it)), array_values($answer));
    }

    /**
     * Store a test event for one webhook, whatever its status and topics, and claim it.
     * `topic` defaults to the first name the webhook lists; `data` to the topic's sample.
     * Fails with `not-found`, `invalid`, `forbidden` where the plan of its account has no webhooks.
     *
     * @throws Exception\HookwrightException
     */
    public function test(\Hookwright\Types\Scope $scope, string $webhookId, ?string $topic, ?string $data, int $lease): \Hookwright\Deliveries\Request
    {
        $answer = $this->core->call('deliveries.test', [$scope->toWire(), $webhookId, $topic, $data, $lease]);

        return \Hookwright\Deliveries\Request::fromWire($answer);
    }

    /**
     * Store a ping for one webhook, whatever its status, and claim it. When the receiver answers 2xx, the webhook's
     * `ping-pending` is false. Fails with `not-found`, `invalid`, `forbidden` where the plan of its account has no webhooks.
     *
     * @throws Exception\HookwrightException
     */
    public function ping(\Hookwright\Types\Scope $scope, string $webhookId, int $lease): \Hookwright\Deliveries\Request
    {
        $answer = $this->core->call('deliveries.ping', [$scope->toWire(), $webhookId, $lease]);

        return \Hookwright\Deliveries\Request::fromWire($answer);
    }

    /**
     * One more attempt for each delivery, now, also after it was delivered; what had ended is not retried after it. 100 at most; one result and one
     * transaction for each. An item fails with `not-found`, or with `conflict` while it is being sent or its webhook is
     * not active.
     *
     * @param list<string> $ids
     * @return list<\Hookwright\Deliveries\Delivery|\Hookwright\Exception\HookwrightException>
     * @throws Exception\HookwrightException
     */
    public function redeliver(\Hookwright\Types\Scope $scope, array $ids): array
    {
        $answer = $this->core->call('deliveries.redeliver', [$scope->toWire(), array_values($ids)]);

        return array_map(static fn ($item) => Wire::either($item, static fn ($it) => \Hookwright\Deliveries\Delivery::fromWire($it), static fn ($it) => Errors::declared($it)), array_values($answer));
    }

    /**
     * End deliveries that wait, 100 at most; one result and one transaction for each. An item fails with `not-found`, or
     * with `conflict` while it is being sent or when it has ended.
     *
     * @param list<string> $ids
     * @return list<\Hookwright\Deliveries\Delivery|\Hookwright\Exception\HookwrightException>
     * @throws Exception\HookwrightException
     */
    public function cancel(\Hookwright\Types\Scope $scope, array $ids): array
    {
        $answer = $this->core->call('deliveries.cancel', [$scope->toWire(), array_values($ids)]);

        return array_map(static fn ($item) => Wire::either($item, static fn ($it) => \Hookwright\Deliveries\Delivery::fromWire($it), static fn ($it) => Errors::declared($it)), array_values($answer));
    }

    /**
     * Send again what failed, with a whole schedule of attempts from now on, where the webhook is active. One call looks
     * at `limit` deliveries, 1,000 at most, in the order in which they ended; repeat it with `next` as the cursor until
     * there is none. Fails with `invalid`, `not-found` for the webhook, `conflict` while the installation is stopped.
     *
     * @throws Exception\HookwrightException
     */
    public function recover(\Hookwright\Deliveries\RecoverQuery $query, int $limit, ?string $cursor = null): \Hookwright\Deliveries\Recovered
    {
        $answer = $this->core->call('deliveries.recover', [$query->toWire(), $limit, $cursor]);

        return \Hookwright\Deliveries\Recovered::fromWire($answer);
    }

    /**
     * One delivery with payload and attempts. Fails with `not-found`.
     *
     * @throws Exception\HookwrightException
     */
    public function get(\Hookwright\Types\Scope $scope, string $id): \Hookwright\Deliveries\Details
    {
        $answer = $this->core->call('deliveries.get', [$scope->toWire(), $id]);

        return \Hookwright\Deliveries\Details::fromWire($answer);
    }

    /**
     * List deliveries.
     *
     * @throws Exception\HookwrightException
     */
    public function find(\Hookwright\Deliveries\Query $query): \Hookwright\Deliveries\Page
    {
        $answer = $this->core->call('deliveries.find', [$query->toWire()]);

        return \Hookwright\Deliveries\Page::fromWire($answer);
    }
}
