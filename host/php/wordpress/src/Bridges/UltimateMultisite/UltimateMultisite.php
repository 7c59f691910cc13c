<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges\UltimateMultisite;

use Hookwright\Exception\TransactionLost;
use Hookwright\WordPress\Bridges\AsWritten;
use Hookwright\WordPress\Bridges\Blog;
use Hookwright\WordPress\Bridges\Wanted;
use Hookwright\WordPress\Site;
use Hookwright\WordPress\Source;

/**
 * What happens on a network with Ultimate Multisite: customers, memberships, payments, sites. It all goes to the webhooks
 * of the network's main site, wherever it happens.
 *
 * Decides that each call of `wu_do_event` is one event, also of a type that was registered late, and that the types which
 * Ultimate Multisite only logs are sent as well.
 */
final class UltimateMultisite implements Source
{
    /** Calls that are on their way through the hooks that one event fires, by slug. @var array<string, string> */
    private array $echoes = [];

    public static function isActive(): bool
    {
        return function_exists('wu_do_event') && function_exists('wu_get_event_types');
    }

    /** None: add-ons register theirs while WordPress starts, see `EventTypes::added`. */
    public function topics(): array
    {
        return [];
    }

    public function listen(Site $site): void
    {
        $wanted = new Wanted($site);
        $publish = function (string $slug, mixed $payload) use ($site, $wanted): void {
            $this->publish($site, $wanted, $slug, $payload);
        };
        // wu_do_event fires `wu_event`, then `wu_event_{slug}`, to which the webhooks there listen; then it logs.
        add_action('wu_event', function (mixed $slug, mixed $payload = []) use ($publish): void {
            $slug = is_string($slug) ? $slug : '';
            $this->echoes[$slug] = self::fingerprint($payload);
            $publish($slug, $payload);
        }, 10, 2);
        $listen = function () use ($publish): void {
            foreach (array_keys((array) wu_get_event_types()) as $slug) {
                add_action("wu_event_{$slug}", function (mixed $payload = []) use ($publish, $slug): void {
                    if (($this->echoes[$slug] ?? null) !== self::fingerprint($payload)) {
                        $publish((string) $slug, $payload);
                    }
                });
            }
        };
        did_action('wu_register_all_events') > 0 ? $listen() : add_action('wu_register_all_events', $listen, PHP_INT_MAX);
        add_action('wu_model_post_save', function (mixed $model, mixed ...$saved) use ($publish): void {
            // As it was stored, as it was, and the object.
            [, $row, $object] = $saved + [null, null, null];
            // What its webhooks have sent is logged under the event's name, too.
            if ($model === 'event' && empty($row['id']) && ($row['object_type'] ?? '') !== 'webhook') {
                $this->logged($row, $object, $publish);
            }
        }, 10, 4);
        add_filter('hookwright_topics', [EventTypes::class, 'added']);
    }

    /** A new row of the log of events. */
    private function logged(mixed $row, mixed $object, callable $publish): void
    {
        $slug = is_array($row) && is_string($row['slug'] ?? null) ? $row['slug'] : '';
        if (!in_array($slug, EventTypes::ONLY_LOGGED, true)) {
            unset($this->echoes[$slug]);

            return;
        }
        $payload = $row['payload'] ?? (is_callable([$object, 'get_payload']) ? $object->get_payload() : null);
        $payload = is_string($payload) ? json_decode($payload, true) : (is_object($payload) ? (array) $payload : $payload);
        if (!is_array($payload)) {
            return;
        }
        $isEcho = ($this->echoes[$slug] ?? null) === self::fingerprint($payload);
        unset($this->echoes[$slug]);
        if (!$isEcho) {
            // What the row is about is no part of the event.
            unset($payload['object_type'], $payload['object_id']);
            $publish($slug, $payload + ['wu_version' => EventTypes::version()]);
        }
    }

    private function publish(Site $site, Wanted $wanted, string $slug, mixed $payload): void
    {
        // Nothing is sent of nothing, as there.
        if ($slug === '' || !is_array($payload) || $payload === []) {
            return;
        }
        try {
            Blog::in(get_main_site_id(), static function () use ($site, $wanted, $slug, $payload): void {
                if ($wanted->wants($slug)) {
                    $site->publish($slug, AsWritten::of($payload));
                }
            });
        } catch (TransactionLost $lost) {
            throw $lost;
        } catch (\Throwable $thrown) {
            $site->failed($slug, $thrown);
        }
    }

    private static function fingerprint(mixed $payload): string
    {
        return md5((string) wp_json_encode($payload, JSON_PARTIAL_OUTPUT_ON_ERROR));
    }
}
