<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Registry;

/** The order of a list. */
enum Sort: string
{
    /** By time of creation. */
    case Created = 'created';

    /** By time of the last change. */
    case Updated = 'updated';

    /** By name, without regard to case. */
    case Name = 'name';

    /** By URL, without regard to case. */
    case Url = 'url';
}
