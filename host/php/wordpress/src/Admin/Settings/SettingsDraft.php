<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Settings;

use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Durations;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\DeliveryMode;
use Hookwright\WordPress\Settings;

/** What stands in the fields of the settings: as stored, or as a person has written it, right or wrong. */
final class SettingsDraft
{
    private const A_DAY = 86_400_000;

    /** Addresses that `Hookwright::connect` takes. */
    private const ENDPOINT = '#^(https?://[^\s/]+(/\S*)?|unix:///\S+)$#i';

    /** Fields that say which addresses are called. */
    private const INSIDE = ['allow_http', 'allow_addresses', 'allow_ports'];

    /** Settings of the installation that have a field as they are, by the name of the field. */
    private const PLAIN = ['allow_addresses' => 'allow-addresses', 'allow_ports' => 'allow-ports', 'user_agent' => 'user-agent'];

    /** Those that have a field in days. */
    private const DAYS = [
        'keep_payloads' => 'keep-payloads-ms',
        'keep_attempts' => 'keep-attempts-ms',
        'disable_after' => 'disable-after-ms',
    ];

    /** @var array<string, list<string>> by field, what is wrong */
    public array $problems = [];

    /** @param array<string, string> $texts by field */
    private function __construct(
        /** What was stored before. */
        private readonly Settings $stored,
        /** What is to be stored. */
        public readonly Settings $settings,
        private readonly array $texts,
    ) {
    }

    public static function of(Settings $stored): self
    {
        $config = $stored->config;
        $texts = ['allow_http' => ($config['allow-http'] ?? '') === 'true' ? '1' : ''];
        foreach (self::PLAIN as $field => $key) {
            $texts[$field] = $config[$key] ?? '';
        }
        foreach (self::DAYS as $field => $key) {
            $texts[$field] = isset($config[$key]) ? self::days((int) $config[$key]) : '';
        }
        $texts['timeout'] = isset($config['request-timeout-ms']) ? (string) ((int) $config['request-timeout-ms'] / 1000) : '';
        $texts['retries'] = isset($config['retry-schedule-ms'])
            ? Durations::write(array_map('intval', explode(',', $config['retry-schedule-ms'])))
            : '';

        return new self($stored, $stored, $texts);
    }

    public static function from(Input $form, Settings $stored): self
    {
        $fields = ['allow_http', 'timeout', 'retries', ...array_keys(self::PLAIN), ...array_keys(self::DAYS)];
        $mayReachInside = Access::mayReachInside();
        $present = self::of($stored);
        $texts = [];
        foreach ($fields as $field) {
            $isKept = !$mayReachInside && in_array($field, self::INSIDE, true);
            $texts[$field] = $isKept ? $present->text($field) : $form->text($field);
        }
        $problems = [];
        $endpoint = $mayReachInside ? $form->given('endpoint') : $stored->endpoint;
        $settings = new Settings(
            delivery: DeliveryMode::tryFrom($form->text('delivery')) ?? $stored->delivery,
            emailAddresses: $form->isChecked('email_addresses'),
            ipAddresses: $form->isChecked('ip_addresses'),
            postContent: $form->isChecked('post_content'),
            postTypes: $form->text('which_types') === 'some' ? $form->list('post_types') : null,
            optionValues: preg_split('/[\s,]+/', $form->text('option_values'), -1, PREG_SPLIT_NO_EMPTY) ?: [],
            deleteData: $form->isChecked('delete_data'),
            config: self::config($texts, $stored->config, $problems),
            endpoint: $endpoint,
            // It is not shown again; nothing written keeps it. Another server is not told the one that was meant for this.
            token: $endpoint === null ? null : (($mayReachInside ? $form->given('token') : null)
                ?? ($endpoint === $stored->endpoint ? $stored->token : null)),
        );
        if ($endpoint !== null && preg_match(self::ENDPOINT, $endpoint) !== 1) {
            $problems['endpoint'][] = __('Write the whole address, as http://127.0.0.1:8750, or unix: and the path of a socket.', 'hookwright');
        }
        $draft = new self($stored, $settings, $texts);
        $draft->problems = $problems;

        return $draft;
    }

    public function text(string $field): string
    {
        return $this->texts[$field] ?? '';
    }

    /** Whether a token is stored. */
    public function hasToken(): bool
    {
        return $this->stored->token !== null;
    }

    /**
     * @param array<string, string>       $texts    by field
     * @param array<string, string>       $stored   keys without a field stay as they are
     * @param array<string, list<string>> $problems gets what is wrong
     *
     * @return array<string, string>
     */
    private static function config(array $texts, array $stored, array &$problems): array
    {
        $config = ['allow-http' => $texts['allow_http'] === '' ? '' : 'true'];
        foreach (self::PLAIN as $field => $key) {
            $config[$key] = $texts[$field];
        }
        foreach (self::DAYS as $field => $key) {
            $days = str_replace(',', '.', $texts[$field]);
            if ($days !== '' && (!is_numeric($days) || $days < 0 || $days > 4000)) {
                $problems[$key][] = __('Write a number of days.', 'hookwright');
                continue;
            }
            $config[$key] = $days === '' ? '' : (string) (int) round((float) $days * self::A_DAY);
        }
        $seconds = str_replace(',', '.', $texts['timeout']);
        if ($seconds !== '' && (!is_numeric($seconds) || $seconds < 0 || $seconds > 100_000)) {
            $problems['request-timeout-ms'][] = __('Write a number of seconds, from 1 to 120.', 'hookwright');
        } else {
            $config['request-timeout-ms'] = $seconds === '' ? '' : (string) (int) round((float) $seconds * 1000);
        }
        $retries = Durations::read($texts['retries']);
        if ($retries === null) {
            $problems['retry-schedule-ms'][] = __('Write lengths of time with commas between them, as 0s, 5m, 2h, 1d.', 'hookwright');
        } else {
            $config['retry-schedule-ms'] = implode(',', $retries);
        }

        return array_filter($config + $stored, static fn (string $value) => $value !== '');
    }

    private static function days(int $milliseconds): string
    {
        return rtrim(rtrim(number_format($milliseconds / self::A_DAY, 3, '.', ''), '0'), '.');
    }
}
