<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Extensions;
use Hookwright\Extensions\DeliveryContext;
use Hookwright\Extensions\EventContext;

/**
 * The hooks of WordPress by which other plugins change what is sent, as callbacks of Hookwright. A hook that nobody uses
 * costs nothing: the component is not told of it.
 *
 * What a filter throws refuses that event (`hookwright_payload`, `hookwright_should_deliver`) or is logged; the page goes
 * on. The library sees to that.
 */
final class Filters
{
    private const HOOKS = [
        'hookwright_topics',
        'hookwright_payload',
        'hookwright_should_deliver',
        'hookwright_request_headers',
        'hookwright_attempt',
    ];

    /** Which hooks are in use now; others need Hookwright to be opened again. */
    public static function used(): string
    {
        return implode(' ', array_filter(self::HOOKS, static fn (string $hook) => has_filter($hook) !== false));
    }

    /** Callbacks for the hooks that are in use. */
    public static function extensions(): Extensions
    {
        $extensions = new Extensions();
        if (has_filter('hookwright_payload')) {
            $extensions->onFilterData(
                /**
                 * An event's data, before webhooks are asked whether they want it, and before it is stored.
                 *
                 * @param array<mixed> $data
                 */
                static fn (mixed $data, EventContext $event): mixed =>
                    apply_filters('hookwright_payload', $data, $event->topic, $event),
            );
        }
        if (has_filter('hookwright_should_deliver')) {
            $extensions->onShouldDeliver(
                /** Whether one webhook gets an event. @param bool $should */
                static fn (string $webhookId, mixed $data, EventContext $event): bool =>
                    (bool) apply_filters('hookwright_should_deliver', true, $event->topic, $data, $webhookId, $event),
            );
        }
        if (has_filter('hookwright_request_headers')) {
            $extensions->onFilterRequest(
                /**
                 * Headers to add to one request, name to value.
                 *
                 * @param array<string, string>             $added
                 * @param list<array{0: string, 1: string}> $present those that the request has
                 */
                static fn (array $present, DeliveryContext $delivery): array => array_filter(
                    (array) apply_filters('hookwright_request_headers', [], $delivery->event->topic, $present, $delivery),
                    'is_string',
                ),
            );
        }
        if (has_action('hookwright_attempt')) {
            $extensions->onAfterDelivery(
                /** What became of one attempt: state, status, failure, duration-ms, reason. */
                static function (array $outcome, DeliveryContext $delivery): void {
                    do_action('hookwright_attempt', $outcome, $delivery->event->topic, $delivery);
                },
            );
        }

        return $extensions;
    }
}
