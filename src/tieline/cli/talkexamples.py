"""Examples of the verbs of the dialogue, as an officer types them; a test reads every one."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "mechanism": (
        (
            "tieline mechanism propose --key harbour --name 'Harbour talks' "
            "--levels bravo='vice minister' --rhythm 'twice a year' --mandated-by summit-2026"
        ),
        "tieline mechanism accept harbour",
        "tieline mechanism end harbour --why 'its work is done'",
        "tieline mechanism decline harbour --why 'not with this mandate'",
        "tieline mechanism withdraw harbour",
    ),
    "round": (
        (
            "tieline round propose --key harbour-2 --mechanism harbour --number 2 "
            "--planned 2027-02 --place Newport"
        ),
        "tieline round postpone harbour-2 --to 2027-03 --why 'a storm'",
        "tieline round move harbour-2 --planned 2027-03-09 --place Oldport",
        "tieline round open harbour-2 --at 2027-03-09T09:00Z",
        "tieline round close harbour-2 --at 2027-03-09T12:30Z --length-min 210",
        "tieline round accept harbour-2",
        "tieline round decline harbour-2 --why 'no delegation yet'",
        "tieline round cancel harbour-2 --why 'the strait is closed'",
    ),
    "seat": (
        (
            "tieline seat name --key alpha-director --office-name 'Director of policy' --rank 2 "
            "--counterpart bravo=bravo-director"
        ),
        "tieline seat appoint alpha-director --holder 'M. Orr' --from 2026-11-01",
        "tieline seat vacate alpha-director --since 2026-12",
        "tieline seat act alpha-director --holder 'J. Lund' --from 2026-12-03",
        "tieline seat delegate alpha-director --round harbour-2 --holder 'J. Lund'",
        "tieline seat abolish alpha-director",
    ),
    "contact": (
        (
            "tieline contact request --to bravo/desk --key call-7 --way call "
            "--answer-by 2027-01-10T12:00Z 'The collision of the 8th'"
        ),
        "tieline contact rebuff call-7 --why 'not before the inquiry is over'",
        "tieline contact condition call-7 --conditions 'the patrols end'",
        "tieline contact accept call-7 --note 'on Tuesday'",
        "tieline contact hold call-7 --at 2027-01-12T09:00Z --length-min 25",
        "tieline contact cancel call-7 --why 'settled by letter'",
        "tieline contact record --key visit-3 --way visit --days 2027-01-15",
    ),
    "agenda": (
        "tieline agenda propose --round harbour-2 --topic fishing 'Nets in the strait'",
        "tieline agenda leave alpha-1:31",
        "tieline agenda raise --round harbour-2 --where 'to the press' 'Dredging'",
        "tieline agenda accept alpha-1:31",
        "tieline agenda decline alpha-1:31 --why 'it belongs elsewhere'",
        "tieline agenda withdraw alpha-1:31",
    ),
    "text": (
        (
            "tieline text draft --key joint-2 --title 'Joint statement' --for 'joint statement' "
            "--round harbour-2 --clauses ours.toml"
        ),
        "tieline text draft joint-2 --clauses ours.toml --reopens aim",
        "tieline text show joint-2",
        "tieline text adopt joint-2",
        "tieline text withdraw joint-2 --why 'overtaken'",
    ),
    "readout": (
        "tieline readout give --of harbour-2 --file readout.txt --channel 'press release'",
        "tieline readout translate --of alpha-1:40 --also zh=@readout.zh",
    ),
    "position": ("tieline position state --topic fishing 'The bank is open to both fleets.'",),
    "commitment": (
        (
            "tieline commitment make --key survey --owners bravo --due 2027-06-30 "
            "'A joint survey of the bank'"
        ),
        "tieline commitment meet survey --evidence 'chart 7 of 2 June'",
        "tieline commitment dispute survey --why 'no chart came'",
        "tieline commitment renew survey --due 2027-12-31",
        "tieline commitment accept survey",
        "tieline commitment miss survey --why 'no ship was free'",
        "tieline commitment lapse survey --why 'the bank was closed'",
    ),
    "precondition": (
        "tieline precondition name --key no-dredging --of harbour 'Dredging stops first'",
        "tieline precondition withdraw no-dredging",
        "tieline precondition meet no-dredging",
        "tieline precondition acknowledge no-dredging",
        "tieline precondition reject no-dredging --why 'it was never agreed'",
    ),
    "measure": (
        (
            "tieline measure state --key port-fees --what tariff --on 'bravo vessels' "
            "--from 2026-10-01 'Port fees doubled'"
        ),
        "tieline measure end port-fees --on 2027-01-15",
        "tieline measure extend port-fees --until 2027-06-30",
        "tieline measure withdraw port-fees --why 'stated by mistake'",
    ),
    "cause": ("tieline cause name --of harbour-2 --because port-fees",),
}
