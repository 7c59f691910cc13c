<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\Deliveries\State;
use Hookwright\Registry\Status;

/** What people call the states, the platforms and the kinds of requests. */
final class Words
{
    public static function status(Status $status): string
    {
        return match ($status) {
            Status::Active => __('Active', 'hookwright'),
            Status::Paused => __('Paused', 'hookwright'),
            Status::Disabled => __('Disabled', 'hookwright'),
        };
    }

    public static function statusBadge(Status $status): string
    {
        return Markup::badge(match ($status) {
            Status::Active => 'good',
            Status::Paused => 'off',
            Status::Disabled => 'bad',
        }, self::status($status));
    }

    public static function state(State $state): string
    {
        return match ($state) {
            State::Pending => __('Waiting', 'hookwright'),
            State::Sending => __('Being sent', 'hookwright'),
            State::Retrying => __('Will be tried again', 'hookwright'),
            State::Held => __('Held', 'hookwright'),
            State::Delivered => __('Delivered', 'hookwright'),
            State::Exhausted => __('Failed', 'hookwright'),
            State::Cancelled => __('Cancelled', 'hookwright'),
        };
    }

    public static function stateBadge(State $state): string
    {
        return Markup::badge(match ($state) {
            State::Delivered => 'good',
            State::Exhausted => 'bad',
            State::Retrying => 'warn',
            State::Pending, State::Sending => 'busy',
            State::Held, State::Cancelled => 'off',
        }, self::state($state));
    }

    /** @return array<string, string> what a receiver may have been written for, by the dialect's name */
    public static function dialects(): array
    {
        return [
            'standard' => __('Standard Webhooks (recommended)', 'hookwright'),
            'woocommerce' => __('WooCommerce', 'hookwright'),
            'ultimate-multisite' => __('Ultimate Multisite, WP Ultimo', 'hookwright'),
            'wink' => __('Wink, TripPay', 'hookwright'),
            'easy-lms' => __('Easy LMS', 'hookwright'),
            'github' => __('GitHub', 'hookwright'),
            'stripe' => __('Stripe', 'hookwright'),
            'shopify' => __('Shopify', 'hookwright'),
        ];
    }

    /** @return array<string, string> how a body is written */
    public static function formats(): array
    {
        return [
            '' => __('As the kind of request wants it', 'hookwright'),
            'json' => __('JSON', 'hookwright'),
            'form' => __('Form fields (application/x-www-form-urlencoded)', 'hookwright'),
            'xml' => __('XML', 'hookwright'),
        ];
    }

    /** Where topics come from. */
    public static function source(string $source): string
    {
        return match (true) {
            $source === 'hookwright' => __('This plugin', 'hookwright'),
            $source === 'woocommerce' => __('WooCommerce', 'hookwright'),
            $source === 'ultimate-multisite' => __('Ultimate Multisite', 'hookwright'),
            $source === 'wp-ultimo' => __('WP Ultimo', 'hookwright'),
            $source === 'wink' => __('Wink, TripPay', 'hookwright'),
            $source === 'easy-lms' => __('Easy LMS', 'hookwright'),
            $source === 'custom' => __('WordPress and this site', 'hookwright'),
            default => self::named((string) preg_replace('/^extension:/', '', $source)),
        };
    }

    /** A heading of the catalogue, as `special-rate`, in words. */
    public static function named(string $name): string
    {
        return $name === 'wordpress' ? 'WordPress' : ucfirst(trim(strtr($name, '-_', '  ')));
    }
}
