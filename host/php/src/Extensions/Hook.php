<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Extensions;

/** A hook that extensions may answer. */
enum Hook: string
{
    /** Make an event's data from what was published. Listed with the topics that an extension owns. */
    case BuildData = 'build-data';

    /** Change an event's data before it is frozen. */
    case FilterData = 'filter-data';

    /** Veto one event for one webhook. */
    case ShouldDeliver = 'should-deliver';

    /** Add headers to one request. */
    case FilterRequest = 'filter-request';

    /** Be told what became of one attempt. */
    case AfterDelivery = 'after-delivery';
}
