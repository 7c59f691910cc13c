<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\WooCommerce;

use Hookwright\Registry\Webhook;
use Hookwright\WordPress\Bridges\Wanted;
use Hookwright\WordPress\Site;

/**
 * Publishes an occurrence, once for each version of the REST API that some webhook wants. Nearly always that is one; where
 * it is more, each webhook is kept from the events of the other versions; a server beside PHP asks no filter of this process, so
 * there the newest version is for all.
 */
final class Publisher
{
    private bool $mayVeto = false;

    /** @var array{string, list<string>|null, list<string>}|null topic, who alone receives it, who does not; null: all do */
    private ?array $under = null;

    public function __construct(private readonly Site $site, private readonly Wanted $wanted)
    {
    }

    /** @throws \Throwable when the shop cannot show the resource */
    public function publish(Occurrence $occurrence): void
    {
        $webhooks = $this->wanted->webhooks($occurrence->topic);
        if ($webhooks === []) {
            return;
        }
        $groups = self::byVersion($occurrence, $webhooks ?? []);
        if ($this->site->settings()->endpoint !== null) {
            $newest = array_key_first($groups);
            $groups = [$newest => $groups[$newest]];
        }
        foreach ($groups as $version => $for) {
            $data = Representation::of($occurrence, $version, $for);
            if ($data === null) {
                return;
            }
            $others = array_merge([], ...array_values(array_diff_key($groups, [$version => true])));
            // A webhook that was made in between gets the newest version.
            $this->publishTo($version === array_key_first($groups) ? null : $for, $others, $occurrence->topic, $data);
        }
    }

    /**
     * @param list<Webhook> $webhooks
     *
     * @return array<int, list<Webhook>> the newest version first; there always is one
     */
    private static function byVersion(Occurrence $occurrence, array $webhooks): array
    {
        $isShown = in_array($occurrence->resource, TopicHooks::RESOURCES, true) && $occurrence->event !== 'deleted';
        $groups = [];
        foreach ($webhooks as $webhook) {
            $version = $isShown && $webhook->dialect === 'woocommerce' ? $webhook->payloadVersion : Representation::NEWEST;
            $groups[$version][] = $webhook;
        }
        krsort($groups);

        return $groups === [] ? [Representation::NEWEST => []] : $groups;
    }

    /**
     * @param list<Webhook>|null  $only   nobody else receives it; null: everybody does
     * @param list<Webhook>       $others but these do not
     * @param array<mixed>|object $data
     */
    private function publishTo(?array $only, array $others, string $topic, array|object $data): void
    {
        $ids = static fn (array $webhooks): array => array_map(static fn (Webhook $one) => $one->id, $webhooks);
        if ($others !== [] && !$this->mayVeto) {
            // It stays for the rest of the request, because another filter opens the database anew.
            add_filter('hookwright_should_deliver', $this->mayReceive(...), 10, 4);
            $this->mayVeto = true;
        }
        $this->under = $others === [] ? null : [$topic, $only === null ? null : $ids($only), $ids($others)];
        try {
            $this->site->publishBut($ids($others), $topic, $data);
        } finally {
            $this->under = null;
        }
    }

    private function mayReceive(mixed $should, string $topic, mixed $data, string $webhookId): bool
    {
        [$ofTopic, $only, $others] = $this->under ?? ['', null, []];

        $isMeant = !in_array($webhookId, $others, true) && ($only === null || in_array($webhookId, $only, true));

        return (bool) $should && ($topic !== $ofTopic || $isMeant);
    }
}
