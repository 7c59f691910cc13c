<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

use Hookwright\Exception\HookwrightException;
use Hookwright\WordPress\Site;

/** `wp hookwright import`. */
final class ImportCommand
{
    public function __construct(private readonly Site $site)
    {
    }

    /**
     * Takes the webhooks of another plugin over.
     *
     * Without options copies are made that are paused, and the other plugin goes on sending. With --take-over the copies
     * send in the place of the originals: those of WooCommerce are paused, those of Ultimate Multisite removed, because
     * Ultimate Multisite sends also what is switched off. To run it again does no harm.
     *
     * ## OPTIONS
     *
     * <plugin>
     * : woocommerce or ultimate-multisite
     *
     * [--take-over]
     * : The copies send, the originals no more.
     *
     * [--dry-run]
     * : Only show what there is.
     *
     * ## EXAMPLES
     *
     *     wp hookwright import woocommerce --dry-run
     *     wp hookwright import woocommerce --take-over
     *
     * @param list<string>         $arguments
     * @param array<string, mixed> $options
     */
    public function __invoke(array $arguments, array $options): void
    {
        $origin = Origins::all()[$arguments[0] ?? ''] ?? null;
        if ($origin === null) {
            $names = implode(', ', array_keys(Origins::all()));
            \WP_CLI::error($names === ''
                ? 'There are no webhooks of another plugin on this site.'
                : "Name a plugin whose webhooks are on this site: {$names}.");

            return;
        }
        $step = match (true) {
            isset($options['dry-run']) => ImportStep::Look,
            isset($options['take-over']) => ImportStep::TakeOver,
            default => ImportStep::Copy,
        };
        try {
            $takeovers = (new Import($this->site, $origin))->run($step);
        } catch (HookwrightException $error) {
            \WP_CLI::error($error->getMessage());

            return;
        }
        $refused = 0;
        foreach ($takeovers as $one) {
            $refused += $one->state === TakeoverState::Refused ? 1 : 0;
            \WP_CLI::line($this->told($one));
        }
        $count = count($takeovers);
        $refused === 0
            ? \WP_CLI::success("{$count} webhooks of {$origin->title()}.")
            : \WP_CLI::warning("{$refused} of {$count} webhooks of {$origin->title()} have no copy.");
    }

    private function told(Takeover $one): string
    {
        $parts = [
            $one->original->label(),
            $one->state->value,
            (string) $one->webhookId,
            implode(',', $one->original->topics),
            $one->original->url,
            (string) $one->message,
            $one->newSecret === null ? '' : "secret {$one->newSecret}",
        ];

        return implode("\t", array_filter($parts, static fn (string $part) => $part !== ''));
    }
}
