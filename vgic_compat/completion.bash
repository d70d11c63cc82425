# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# completion.bash - completes the arguments of vgic_compat in bash
#
# In:  sourced by an interactive bash, or installed as vgic_compat in
#      /usr/share/bash-completion/completions
# Out: the function _vgic_compat, which bash calls

_vgic_compat()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} options='' i

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"probe save restore diff common --help --version" -- "$cur")
		return
	fi

	# What follows an option; a file for --save and --files-from
	case $command:$prev in
	save:--model) options="v2 v3" ;;
	save:--revision | restore:--revision) options="0 1 2 3 default" ;;
	save:--groups | save:--vcpus | save:--irqs) return ;;
	esac
	if [ -n "$options" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		return
	fi

	case $command in
	probe) options="--json --prometheus --help" ;;
	save) options="--model --revision --groups --vcpus --irqs --json --help" ;;
	restore) options="--revision --save --json --help" ;;
	diff) options="--json --help" ;;
	common) options="--json --all --files-from --help" ;;
	*) return ;;
	esac
	# After -- a name may begin with a dash
	for ((i = 2; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" != -- ] || options=
	done
	case $cur in
	-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur") ;;
	esac
	if [ "${#COMPREPLY[@]}" -eq 0 ] && [ "$command" != probe ]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -F _vgic_compat vgic_compat
