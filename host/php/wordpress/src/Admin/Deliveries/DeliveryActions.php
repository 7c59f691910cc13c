<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Deliveries\Delivery;
use Hookwright\Deliveries\State;
use Hookwright\Exception\HookwrightException;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Flash;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Site;

/** Sending again and cancelling: one delivery, or those that are chosen in the list. */
final class DeliveryActions
{
    public const ALL = ['redeliver', 'cancel'];

    /** @return array<string, string> what can be done with a delivery in its state: text by action */
    public static function for(Delivery $delivery): array
    {
        return match ($delivery->state) {
            State::Delivered => ['redeliver' => __('Send again', 'hookwright')],
            State::Exhausted, State::Cancelled => ['redeliver' => __('Send again', 'hookwright')],
            State::Pending, State::Retrying => [
                'redeliver' => __('Send now', 'hookwright'),
                'cancel' => __('Cancel', 'hookwright'),
            ],
            State::Held => ['cancel' => __('Cancel', 'hookwright')],
            State::Sending => [],
        };
    }

    public static function address(string $action, string $id): string
    {
        return Link::doing(self::nonce($action, $id), Link::DELIVERIES, ['action' => $action, 'delivery' => $id]);
    }

    public static function nonce(string $action, string $id): string
    {
        return "hookwright-{$action}-{$id}";
    }

    /**
     * Does it, says what came of it, and goes back.
     *
     * @param list<string>          $chosen  in the list; for a row's link `$id` names the delivery
     * @param array<string, string> $filters of the list
     */
    public static function run(Site $site, string $action, string $id, array $chosen, array $filters): never
    {
        if ($id !== '') {
            Access::demandFor(self::nonce($action, $id));
            $chosen = [$id];
        } else {
            Access::demandFor(DeliveryTable::BULK_NONCE);
        }
        if ($chosen === []) {
            Flash::warning(esc_html__('Choose deliveries first.', 'hookwright'));
        } else {
            $hookwright = $site->hookwright();
            $results = $action === 'cancel'
                ? $hookwright->deliveries->cancel(Scope::all(), $chosen)
                : $hookwright->deliveries->redeliver(Scope::all(), $chosen);
            $site->deliverSoon();
            self::tell($action, $results);
        }
        Link::follow($id !== '' ? Link::delivery($id) : Link::to(Link::DELIVERIES, $filters));
    }

    /** @param list<Delivery|HookwrightException> $results */
    private static function tell(string $action, array $results): void
    {
        $refused = [];
        foreach ($results as $result) {
            if ($result instanceof HookwrightException) {
                $refused[] = esc_html($result->getMessage());
            }
        }
        $done = count($results) - count($refused);
        if ($done > 0) {
            Flash::success(esc_html(sprintf($action === 'cancel'
                /* translators: %s: a number of deliveries */
                ? _n('%s delivery is cancelled.', '%s deliveries are cancelled.', $done, 'hookwright')
                /* translators: %s: a number of deliveries */
                : _n('%s delivery will be sent again within a minute.', '%s deliveries will be sent again within a minute.', $done, 'hookwright'), number_format_i18n($done))));
        }
        if ($refused !== []) {
            Flash::error(implode('<br>', array_slice(array_unique($refused), 0, 5)));
        }
    }
}
