<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;

/** Set-up and state of an installation. */
final class Lifecycle
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Check the configuration that `environment.config` gives.
     * Fails with `invalid` that names every key that is wrong.
     *
     * @throws Exception\HookwrightException
     */
    public function checkConfig(): void
    {
        $this->core->call('lifecycle.check-config', []);
    }

    /**
     * Create the tables or bring them up to date. Safe to call at any time and from several processes at once.
     * Never called by another function of the component.
     * Fails with `conflict` when a newer component has made the tables.
     *
     * @throws Exception\HookwrightException
     */
    public function migrate(): \Hookwright\Lifecycle\Migration
    {
        $answer = $this->core->call('lifecycle.migrate', []);

        return \Hookwright\Lifecycle\Migration::fromWire($answer);
    }

    /**
     * Counts by state.
     *
     * @throws Exception\HookwrightException
     */
    public function stats(): \Hookwright\Lifecycle\Counts
    {
        $answer = $this->core->call('lifecycle.stats', []);

        return \Hookwright\Lifecycle\Counts::fromWire($answer);
    }

    /**
     * Stop the installation: what waits is held, `claim` gives nothing, publishes store held deliveries, and tests and
     * redeliveries are refused. Requests that were claimed before are not recalled. A database that is opened under
     * another `site-identity` than before stops by itself at the next claim, so that a copy does not deliver.
     * Gives the number of deliveries held. Fails with `invalid` on an empty reason, or one of more than 1,000 bytes.
     *
     * @throws Exception\HookwrightException
     */
    public function stop(string $reason): int
    {
        return $this->core->call('lifecycle.stop', [$reason]);
    }

    /**
     * End a stop, and take the present `site-identity` for the right one. Gives the number of deliveries freed: those
     * of active webhooks. No error when the installation is not stopped.
     *
     * @throws Exception\HookwrightException
     */
    public function resume(): int
    {
        return $this->core->call('lifecycle.resume', []);
    }

    /**
     * Seal the secrets of up to `limit` webhooks, then settings of plugins (1 to 1,000), under the first of the
     * `encryption-keys`, where they lie in clear or under another key. Call it until nothing changes. What is changed at
     * the same time is left for the next call. Fails with `invalid`, or `conflict` when there is no key.
     *
     * @throws Exception\HookwrightException
     */
    public function rekey(int $limit): \Hookwright\Lifecycle\Rekeyed
    {
        $answer = $this->core->call('lifecycle.rekey', [$limit]);

        return \Hookwright\Lifecycle\Rekeyed::fromWire($answer);
    }

    /**
     * Remove what is past its retention (`keep-payloads-ms` from the publication, `keep-attempts-ms` from the end of the
     * event's last delivery, or the topic's own), the rows of about `limit` deliveries (1 to 1,000). Nothing of an event
     * goes while one of its deliveries has not ended. An event goes itself, with its idempotency key, when both are past.
     * Fails with `invalid`.
     *
     * @throws Exception\HookwrightException
     */
    public function purge(int $limit): \Hookwright\Lifecycle\Removed
    {
        $answer = $this->core->call('lifecycle.purge', [$limit]);

        return \Hookwright\Lifecycle\Removed::fromWire($answer);
    }

    /**
     * Remove everything of an account or an event from all tables, the rows of about `limit` deliveries (1 to 1,000).
     * Deliveries that have not ended go as well; what is being sent has lost its claim, and its outcome is not stored.
     * What an application's open transaction has published is not seen, and not sent either once its account is erased:
     * erase again when it has ended. Fails with `invalid`.
     *
     * @throws Exception\HookwrightException
     */
    public function erase(\Hookwright\Lifecycle\EraseTarget $target, int $limit): \Hookwright\Lifecycle\Removed
    {
        $answer = $this->core->call('lifecycle.erase', [$target->toWire(), $limit]);

        return \Hookwright\Lifecycle\Removed::fromWire($answer);
    }
}
