<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Settings;

use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotAvailable;
use Hookwright\Hookwright;
use Hookwright\Options;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Fields;
use Hookwright\WordPress\Admin\Flash;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Screen;
use Hookwright\WordPress\Configuration;
use Hookwright\WordPress\Settings;
use Hookwright\WordPress\WpdbStorage;

/**
 * How it goes, and the settings; both work, too, where webhooks cannot be sent. And where another plugin has webhooks, taking
 * them over.
 */
final class SettingsScreen extends Screen
{
    public const STOP = 'hookwright-stop';
    public const RESUME = 'hookwright-resume';
    public const FORGET = 'hookwright-forget';

    private ?SettingsForm $form = null;

    private ?ImportPanel $import = null;

    private string $tab = '';

    public function page(): string
    {
        return Link::SETTINGS;
    }

    public function name(): string
    {
        return __('Status and settings', 'hookwright');
    }

    protected function prepare(): void
    {
        if (Input::isPost()) {
            $this->change(Input::query()->text('action'));
        }
        $this->tab = Input::query()->word('tab', '', 'settings', 'import');
        if ($this->tab === 'import') {
            $this->import = new ImportPanel($this->site);
            $this->import->prepare();
        }
        if ($this->tab === 'settings') {
            $this->form = Input::isPost() ? $this->save() : new SettingsForm(
                SettingsDraft::of($this->site->settings()),
                Fields::with([]),
            );
        }
        $this->help(
            'status',
            __('Status', 'hookwright'),
            __('When the database of this site is copied to another address, the copy stops by itself, so that it sends nothing in the name of the first.', 'hookwright'),
            __('What could not be stored is told here and in PHP’s error log. The request that caused it went on.', 'hookwright'),
        );
    }

    protected function write(): void
    {
        $this->writeHeading($this->name());
        echo '<nav class="nav-tab-wrapper" aria-label="', esc_attr__('Secondary menu', 'hookwright'), '">';
        $tabs = ['' => __('Status', 'hookwright'), 'settings' => __('Settings', 'hookwright')];
        if (ImportPanel::isNeeded()) {
            $tabs['import'] = __('Take over', 'hookwright');
        }
        foreach ($tabs as $tab => $text) {
            $isCurrent = $tab === $this->tab;
            printf(
                '<a href="%s" class="nav-tab%s"%s>%s</a>',
                esc_url(Link::to(Link::SETTINGS, array_filter(['tab' => $tab]))),
                $isCurrent ? ' nav-tab-active' : '',
                $isCurrent ? ' aria-current="page"' : '',
                esc_html($text),
            );
        }
        echo '</nav>';
        match (true) {
            $this->import !== null => $this->import->write(),
            $this->form !== null => $this->form->write(),
            default => (new StatusPanel($this->site))->write(),
        };
    }

    private function change(string $action): void
    {
        $lifecycle = fn () => $this->site->hookwright()->lifecycle;
        switch ($action) {
            case 'stop':
                Access::demandFor(self::STOP);
                $held = $lifecycle()->stop(Input::form()->given('reason') ?? __('Stopped by an administrator', 'hookwright'));
                /* translators: %s: a number of deliveries */
                $text = _n('Sending is stopped. %s delivery is held.', 'Sending is stopped. %s deliveries are held.', $held, 'hookwright');
                Flash::success(esc_html(sprintf($text, number_format_i18n($held))));
                break;
            case 'resume':
                Access::demandFor(self::RESUME);
                $freed = $lifecycle()->resume();
                $this->site->deliverSoon();
                /* translators: %s: a number of deliveries */
                $text = _n('Sending goes on. %s delivery is due.', 'Sending goes on. %s deliveries are due.', $freed, 'hookwright');
                Flash::success(esc_html(sprintf($text, number_format_i18n($freed))));
                break;
            case 'forget':
                Access::demandFor(self::FORGET);
                $this->site->forgetFailures();
                break;
            default:
                return;
        }
        Link::follow(Link::to(Link::SETTINGS));
    }

    /** Stores what is right; else the form says what is wrong. */
    private function save(): SettingsForm
    {
        Access::demandFor(SettingsForm::NONCE);
        $draft = SettingsDraft::from(Input::form(), $this->site->settings());
        $refusal = $draft->problems === [] ? self::check($draft->settings) : null;
        if ($draft->problems === [] && $refusal === null) {
            $draft->settings->write();
            Flash::success(esc_html__('The settings are saved.', 'hookwright'));
            Link::follow(Link::to(Link::SETTINGS, ['tab' => 'settings']));
        }

        return new SettingsForm($draft, Fields::with($draft->problems, $refusal));
    }

    /** What the component says against settings that are not stored yet. */
    private static function check(Settings $settings): ?InvalidInput
    {
        global $wpdb;
        if ($settings->endpoint !== null) {
            // The process there has settings of its own.
            return null;
        }
        try {
            Hookwright::open(new WpdbStorage($wpdb), new Options(config: Configuration::of($settings)))->lifecycle->checkConfig();

            return null;
        } catch (InvalidInput $refusal) {
            return $refusal;
        } catch (NotAvailable) {
            // Nobody can tell here; what is written must not be lost for that.
            return null;
        }
    }
}
