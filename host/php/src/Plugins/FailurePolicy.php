<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Plugins;

/** What a failure of a plugin means for the event. */
enum FailurePolicy: string
{
    /** The event goes on as if the plugin were not there. */
    case FailOpen = 'fail-open';

    /** The event is refused, or not sent to the webhook concerned. */
    case FailClosed = 'fail-closed';
}
