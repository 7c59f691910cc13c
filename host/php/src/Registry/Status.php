<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** Whether a webhook receives events. */
enum Status: string
{
    /** Receives events. */
    case Active = 'active';

    /** A person stopped it. What was due is held until it is active again. */
    case Paused = 'paused';

    /** The policy stopped it; `status-reason` says why. What was due is held until it is active again. */
    case Disabled = 'disabled';
}
