<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

/**
 * What the owner of the site decides: the option `hookwright_settings`, read and written with types.
 *
 * What is stored and of the wrong type counts as absent.
 */
final class Settings
{
    public const OPTION = 'hookwright_settings';

    /** Options that hold no secret and matter to others. */
    public const USUAL_OPTIONS = [
        'blogname',
        'blogdescription',
        'siteurl',
        'home',
        'timezone_string',
        'gmt_offset',
        'date_format',
        'time_format',
        'permalink_structure',
        'show_on_front',
        'page_on_front',
        'posts_per_page',
        'users_can_register',
        'default_role',
        'WPLANG',
    ];

    /**
     * @param DeliveryMode          $delivery       who sends
     * @param bool                  $emailAddresses whether those of users and commenters are sent
     * @param bool                  $ipAddresses    whether those of commenters are sent
     * @param bool                  $postContent    whether the whole content of a post is sent, not only its excerpt
     * @param list<string>|null     $postTypes      types of posts whose events go out; null: all public ones
     * @param list<string>          $optionValues   options whose changes go out
     * @param bool                  $deleteData     whether removing the plugin removes webhooks and log
     * @param array<string, string> $config         settings of the installation, as wit/README.md lists them
     * @param string|null           $endpoint       URL of a `hookwright serve` for sites without FFI
     * @param string|null           $token          its token
     */
    public function __construct(
        public readonly DeliveryMode $delivery = DeliveryMode::Auto,
        public readonly bool $emailAddresses = false,
        public readonly bool $ipAddresses = false,
        public readonly bool $postContent = false,
        public readonly ?array $postTypes = null,
        public readonly array $optionValues = self::USUAL_OPTIONS,
        public readonly bool $deleteData = true,
        public readonly array $config = [],
        public readonly ?string $endpoint = null,
        #[\SensitiveParameter]
        public readonly ?string $token = null,
    ) {
    }

    /** The settings of the current site. */
    public static function read(): self
    {
        $stored = get_option(self::OPTION, []);
        $stored = is_array($stored) ? $stored : [];
        $texts = static fn (mixed $value): ?array => is_array($value)
            ? array_values(array_filter($value, 'is_string'))
            : null;

        return new self(
            delivery: DeliveryMode::tryFrom((string) ($stored['delivery'] ?? '')) ?? DeliveryMode::Auto,
            emailAddresses: ($stored['email_addresses'] ?? false) === true,
            ipAddresses: ($stored['ip_addresses'] ?? false) === true,
            postContent: ($stored['post_content'] ?? false) === true,
            postTypes: $texts($stored['post_types'] ?? null),
            optionValues: $texts($stored['option_values'] ?? null) ?? self::USUAL_OPTIONS,
            deleteData: ($stored['delete_data'] ?? true) === true,
            config: array_filter(is_array($stored['config'] ?? null) ? $stored['config'] : [], 'is_string'),
            endpoint: is_string($stored['endpoint'] ?? null) && $stored['endpoint'] !== '' ? $stored['endpoint'] : null,
            token: is_string($stored['token'] ?? null) && $stored['token'] !== '' ? $stored['token'] : null,
        );
    }

    /** Stores these settings for the current site. */
    public function write(): void
    {
        update_option(self::OPTION, [
            'delivery' => $this->delivery->value,
            'email_addresses' => $this->emailAddresses,
            'ip_addresses' => $this->ipAddresses,
            'post_content' => $this->postContent,
            'post_types' => $this->postTypes,
            'option_values' => $this->optionValues,
            'delete_data' => $this->deleteData,
            'config' => $this->config,
            'endpoint' => $this->endpoint,
            'token' => $this->token,
        ]);
    }
}
