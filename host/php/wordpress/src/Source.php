<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Catalogue\NewTopic;

/** Something whose events become webhooks: a part of WordPress, or another plugin. */
interface Source
{
    /**
     * Topics of its own, those that Hookwright has not built in. They are registered in the database, so that every host
     * on the same tables knows them.
     *
     * @return list<NewTopic>
     */
    public function topics(): array;

    /** Adds the actions that publish. What they do must not throw: `Site::publish` does not. */
    public function listen(Site $site): void;
}
