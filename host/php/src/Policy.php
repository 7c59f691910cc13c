<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright;

use Hookwright\Internal\Core;

/** When deliveries are tried again, and what failures mean for a webhook. Calls no import but the environment. */
final class Policy
{
    /** @internal */
    public function __construct(private readonly Core $core)
    {
    }

    /**
     * Play answers against the policy of this installation, for a webhook that has had no failure before. One step for
     * each answer until the delivery has ended; answers beyond that are not used. 1 to 1,000 answers, else `invalid`.
     *
     * @param list<\Hookwright\Policy\Answer> $answers
     * @return list<\Hookwright\Policy\Step>
     * @throws Exception\HookwrightException
     */
    public function simulate(array $answers): array
    {
        $answer = $this->core->call('policy.simulate', [array_map(static fn ($item) => $item->toWire(), array_values($answers))]);

        return array_map(static fn ($item) => \Hookwright\Policy\Step::fromWire($item), array_values($answer));
    }
}
