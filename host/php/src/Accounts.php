<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;

/**
 * What an account's plan allows. An account without limits is free, and costs nothing. Who may call this is the host's
 * matter: it is meant for the operator, not for the account.
 */
final class Accounts
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Set the limits of an account, in the place of former ones; what is used stays used. More webhooks than are
     * allowed stay as they are. Fails with `invalid`.
     *
     * @throws Exception\HookwrightException
     */
    public function setLimits(string $account, \Hookwright\Accounts\Limits $limits): \Hookwright\Accounts\Usage
    {
        $answer = $this->core->call('accounts.set-limits', [$account, $limits->toWire()]);

        return \Hookwright\Accounts\Usage::fromWire($answer);
    }

    /**
     * The limits of an account, with what is used. Fails with `invalid`, `not-found` when it has none.
     *
     * @throws Exception\HookwrightException
     */
    public function getLimits(string $account): \Hookwright\Accounts\Usage
    {
        $answer = $this->core->call('accounts.get-limits', [$account]);

        return \Hookwright\Accounts\Usage::fromWire($answer);
    }

    /**
     * Remove the limits of an account. Fails with `invalid`, `not-found` when it has none.
     *
     * @throws Exception\HookwrightException
     */
    public function removeLimits(string $account): void
    {
        $this->core->call('accounts.remove-limits', [$account]);
    }
}
